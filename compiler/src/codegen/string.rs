//! f-strings and t-strings.

use super::{Generator, STACK_USE_GUIDELINE};
use crate::ast::*;
use crate::constant::Constant as Value;
use crate::error::Result;
use crate::opcode::Opcode;
use crate::text::Text;

impl<'a> Generator<'a, '_> {
    pub(super) fn joined_string(&mut self, values: &'a [Expr<'a>], location: Location) -> Result<()> {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_constant(Value::Str(Text::empty()), location);
            self.load_method(Name::JOIN, location);
            self.emit_with(Opcode::BuildList, 0, location);
            for value in values {
                self.expression(value)?;
                self.emit_with(Opcode::ListAppend, 1, location);
            }
            self.emit_with(Opcode::Call, 1, location);
            return Ok(());
        }
        self.expressions(values)?;
        match values.len() {
            0 => self.load_constant(Value::Str(Text::empty()), location),
            1 => {}
            count => self.emit_with(Opcode::BuildString, count as u32, location),
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        value: &'a Expr<'a>,
        conversion: Conversion,
        format_spec: Option<&'a Expr<'a>>,
        location: Location,
    ) -> Result<()> {
        self.expression(value)?;
        if conversion != Conversion::None {
            self.emit_with(Opcode::ConvertValue, conversion as u32, location);
        }
        match format_spec {
            Some(spec) => {
                self.expression(spec)?;
                self.emit(Opcode::FormatWithSpec, location);
            }
            None => self.emit(Opcode::FormatSimple, location),
        }
        Ok(())
    }

    /// A template: the strings between interpolations (empty ones too), and the interpolations.
    pub(super) fn template_string(&mut self, values: &'a [Expr<'a>], location: Location) -> Result<()> {
        let is_interpolation = |value: &Expr| matches!(value.kind, ExprKind::Interpolation(_));
        let mut after_interpolation = true;
        let mut strings = 0;
        for value in values {
            if is_interpolation(value) {
                if after_interpolation {
                    self.load_constant(Value::Str(Text::empty()), location);
                    strings += 1;
                }
                after_interpolation = true;
            } else {
                self.expression(value)?;
                strings += 1;
                after_interpolation = false;
            }
        }
        if after_interpolation {
            self.load_constant(Value::Str(Text::empty()), location);
            strings += 1;
        }
        self.emit_with(Opcode::BuildTuple, strings, location);
        let mut interpolations = 0;
        for value in values.iter().filter(|value| is_interpolation(value)) {
            self.expression(value)?;
            interpolations += 1;
        }
        self.emit_with(Opcode::BuildTuple, interpolations, location);
        self.emit(Opcode::BuildTemplate, location);
        Ok(())
    }

    pub(super) fn interpolation(&mut self, node: &'a Interpolation<'a>, location: Location) -> Result<()> {
        self.expression(&node.value)?;
        let text = self.string_constant(node.text);
        self.load_constant(text, location);
        let mut operand = 2;
        if let Some(spec) = node.format_spec {
            operand += 1;
            self.expression(spec)?;
        }
        operand |= (node.conversion as u32) << 2;
        self.emit_with(Opcode::BuildInterpolation, operand, location);
        Ok(())
    }
}
